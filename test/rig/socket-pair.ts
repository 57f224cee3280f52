export {socketPair} from '../../src/stream/socket-pair.js'
